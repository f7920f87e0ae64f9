// Alt, Shift and an arrow move the bar of the row one is in by a working day: left and right all of it, up and down its end.
// It is saved when Alt or Shift is let go, so that many steps are one; Escape leaves it where it was.
(() => {
  const MOVES = { ArrowLeft: [false, -1], ArrowRight: [false, 1], ArrowUp: [true, 1], ArrowDown: [true, -1] }
  const KEPT = "bar-keys" // the row to go back to on the page that comes next
  let held = null

  const letGo = () => {
    held?.mover.leave()
    held = null
  }

  // Days without work in the plan's week are passed over; of Sunday on, as getUTCDay counts them.
  const isRest = ({ mover, bar, isEnd, days }) => {
    const from = Date.parse(mover.cell(bar, isEnd)?.dataset.day)
    return mover.dataset.rest.includes(new Date(from + days * 864e5).getUTCDay())
  }

  const step = (row, isEnd, by) => {
    const bar = document.querySelector(`[data-bar="${[...document.querySelectorAll("tr[data-row]")].indexOf(row)}"]`)
    if (!bar) return document.querySelector("bar-move")?.fixed()
    if (held?.bar !== bar || held.isEnd !== isEnd) letGo()
    held ??= { bar, isEnd, row, mover: bar.closest("bar-move"), days: 0 }
    do held.days += by
    while (isRest(held))
    held.mover.show(bar, isEnd, held.days)
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return letGo()
    const row = document.activeElement?.closest?.("tr[data-row]"), move = MOVES[event.key]
    if (!move || !row || !event.altKey || !event.shiftKey || event.ctrlKey || document.documentElement.dataset.keys === "off") return
    event.preventDefault()
    step(row, ...move)
  })

  document.addEventListener("keyup", (event) => {
    if (!held || (event.key !== "Alt" && event.key !== "Shift")) return
    sessionStorage.setItem(KEPT, held.row.dataset.row)
    held.mover.save()
    held = null
  })
  window.addEventListener("blur", letGo)

  const kept = sessionStorage.getItem(KEPT)
  sessionStorage.removeItem(KEPT)
  const goBack = () => document.querySelector(`tr[data-row="${CSS.escape(kept)}"] a[href*='/items/']`)?.focus({ preventScroll: true })
  if (kept) window.addEventListener("load", () => requestAnimationFrame(goBack)) // once `autofocus` had its turn
})()
