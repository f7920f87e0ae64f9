// Presses the control whose data-key somebody types: one key, two in a row that begin with g, n or o, or some with Ctrl. Never
// while they write, and not where they switched it off; only what opens the palette always does.
(() => {
  const PATIENCE = 1500, BEGIN = ["g", "n", "o"], ALWAYS = "Ctrl k"
  let first = "", since = -Infinity

  const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"
  const writes = (target) => target.closest?.(FIELDS)?.checkVisibility() // a panel's field keeps the focus for a frame after it closed
  const control = (keys) => [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key.split(", ").includes(keys))

  const typed = (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const shift = event.shiftKey && /^\p{L}$/u.test(key) // other signs may lie above another one
    return event.ctrlKey || event.metaKey ? `Ctrl ${shift ? "Shift " : ""}${key}` : event.key
  }

  const press = (keys) => {
    if (["/", "s"].includes(keys) && document.getElementById("f-text")) return false // a list with a filter of its own: see row-keys
    const found = control(keys)
    if (found?.matches("textarea")) found.focus()
    else found?.click()
    return Boolean(found)
  }

  const taken = (keys, at) => {
    const begun = at - since < PATIENCE && first
    first = !begun && BEGIN.includes(keys) ? keys : ""
    since = at
    if (begun) return press(`${begun} ${keys}`), true
    return Boolean(first) || press(keys)
  }

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.repeat || event.defaultPrevented || ["Control", "Meta", "Shift"].includes(event.key)) return
    const keys = typed(event)
    if (keys !== ALWAYS && (writes(event.target) || document.documentElement.dataset.keys === "off")) return
    if (taken(keys, event.timeStamp)) event.preventDefault()
  })

  if (/Mac|iPhone|iPad/.test(navigator.platform))
    for (const key of document.querySelectorAll("[data-command-key]")) key.textContent = key.textContent.replace("Ctrl", "⌘")
})()
