// A list keeps its place while a panel beside it opens and closes: it is not fetched anew, and the row last shown has the focus.
(() => {
  const list = () => location.pathname + location.search.replace(/[?&]peek=[^&]*/, "").replace(/^&/, "?")
  let before = list()
  const stays = () => before === (before = list())

  document.addEventListener("htmx:after:history:update", stays)
  document.addEventListener("htmx:before:history:restore", (event) => {
    if (stays() && document.querySelector("peek-panel")) event.preventDefault()
  })

  document.addEventListener("peek-panel:closed", async (event) => {
    const shown = event.target.querySelector("[data-open]").href
    await globalThis.navigation?.transition?.finished.catch(() => {}) // a step back ends with the focus nowhere, and may be overtaken
    if (event.target.hidden) [...document.querySelectorAll("tr[data-row] a")].find((link) => link.href === shown)?.focus()
  })
})()
