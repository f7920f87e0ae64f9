// What a phone folds, a wide screen shows: the state that is seen is also the one that is spoken.
(() => {
  const wide = matchMedia("(width >= 48rem)")
  const unfold = () => {
    for (const fold of document.querySelectorAll("details.fold")) {
      if (wide.matches) fold.open = true
      const summary = fold.querySelector("summary")
      summary.tabIndex = wide.matches ? -1 : 0
    }
  }
  document.addEventListener("click", (event) => {
    if (wide.matches && event.target.closest("details.fold > summary") && !event.target.closest("a")) event.preventDefault()
  })
  wide.addEventListener("change", unfold)
  document.addEventListener("DOMContentLoaded", unfold)
  document.addEventListener("htmx:after:swap", unfold)
})()
