// g and a letter goes to a place, ? shows all keys. Never while somebody writes, and not where the reader switched it off.
(() => {
  const PATIENCE = 1500
  let sinceG = -Infinity

  const writes = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || writes(event.target)) return
    if (document.documentElement.dataset.keys === "off") return
    if (event.key === "?") document.getElementById("keys")?.togglePopover()
    else if (event.key === "g") sinceG = event.timeStamp
    else if (event.timeStamp - sinceG < PATIENCE) {
      sinceG = -Infinity
      document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)?.click()
    }
  })

  if (/Mac|iPhone|iPad/.test(navigator.platform))
    for (const key of document.querySelectorAll("[data-command-key]")) key.textContent = key.textContent.replace("Ctrl", "⌘")
})()
