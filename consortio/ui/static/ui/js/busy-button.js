// A form is sent once: after the first submit its buttons wait for the answer. Coming back to the page frees them.
(() => {
  const free = () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      form.removeAttribute("data-sent")
      form.removeAttribute("aria-busy")
    }
  }
  document.addEventListener("submit", (event) => {
    const form = event.target
    if (form.method !== "post" || event.defaultPrevented) return
    if (form.hasAttribute("data-sent")) return event.preventDefault()
    form.setAttribute("data-sent", "")
    form.setAttribute("aria-busy", "true")
  })
  addEventListener("pageshow", free)
})()
