// j, k or the arrows go through rows; Enter opens, e changes, x chooses, / or s filters; Alt and an arrow moves the row.
(() => {
  const MOVES = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "outdent", ArrowRight: "indent" }
  const writes = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")?.checkVisibility()
  const rows = () => [...document.querySelectorAll("tr[data-row]")]
  const here = () => document.activeElement?.closest?.("tr[data-row]")

  const step = (by) => {
    const all = rows()
    const at = all.indexOf(here())
    const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]
    next?.querySelector("a[href*='/items/']")?.focus()
    next?.scrollIntoView({ block: "nearest" })
  }

  const change = (row) => {
    const link = row.querySelector("a[href*='/items/']")
    if (!link || !row.querySelector(".tick input") && !document.querySelector("#plan[data-changes]")) return false
    return location.assign(`${link.href}/edit`), true
  }

  const act = (row, name) => {
    const box = row.querySelector(".tick input")
    const button = document.querySelector(`#rows-form [data-act="${name}"]`)
    if (!box || !button) return false
    for (const other of document.querySelectorAll(".tick input")) other.checked = other === box
    button.form.requestSubmit(button)
    return true
  }

  const seek = () => {
    const field = document.getElementById("f-text")
    field?.closest("[popover]")?.togglePopover(true)
    field?.closest("details")?.setAttribute("open", "")
    field?.select()
    field?.focus()
    return Boolean(field)
  }

  const on = (event) => {
    const row = here()
    if (event.altKey) return row && !event.shiftKey && MOVES[event.key] ? act(row, MOVES[event.key]) : false
    if (event.key === "j" || (event.key === "ArrowDown" && row)) return step(1), true
    if (event.key === "k" || (event.key === "ArrowUp" && row)) return step(-1), true
    if (event.key === "/" || event.key === "s") return seek()
    if (!row) return false
    if (event.key === "x") return row.querySelector(".tick input")?.click(), true
    if (event.key === "e") return change(row)
    if (event.key === "Delete") return act(row, "withdraw")
    return false
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.defaultPrevented || writes(event.target)) return
    if (document.documentElement.dataset.keys === "off" || !document.querySelector("tr[data-row], #f-text")) return
    if (on(event)) event.preventDefault()
  })
})()
