// The mouse takes a bar along, or its end where it is taken there; Escape lets go of it, and it is where it was.
(() => {
  const EDGE = 7 // px at the end of a bar that take hold of the end
  let held = null

  const found = (event) => {
    const bar = event.target.closest?.("[data-bar]"), mover = bar?.closest("bar-move")
    if (!mover?.cell || event.pointerType === "touch") return null
    const box = bar.querySelector(".bar")?.getBoundingClientRect()
    const isEnd = Boolean(box) && event.clientX > box.right - Math.min(EDGE, box.width / 3)
    return { bar, mover, isEnd, moves: Boolean(mover.cell(bar, isEnd)) }
  }

  const letGo = () => {
    held?.mover.leave()
    held = null
  }

  document.addEventListener("pointerdown", (event) => {
    if (event.button || !(held = found(event))) return
    event.preventDefault()
    held.from = event.clientX
    held.bar.setPointerCapture(event.pointerId)
  })

  document.addEventListener("pointermove", (event) => {
    if (held) return held.mover.show(held.bar, held.isEnd, Math.round((event.clientX - held.from) / held.mover.dataset.day))
    const bar = event.target.closest?.("[data-bar]"), there = bar && found(event)
    bar?.classList.toggle("is-movable", Boolean(there?.moves))
    bar?.classList.toggle("is-at-end", Boolean(there?.moves && there.isEnd))
  })

  document.addEventListener("pointerup", () => {
    held?.mover.save()
    held = null
  })
  document.addEventListener("pointercancel", letGo)
  document.addEventListener("keydown", (event) => event.key === "Escape" && letGo())
})()
