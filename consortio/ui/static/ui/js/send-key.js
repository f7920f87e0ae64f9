// Ctrl or ⌘ and Enter send the form that one writes in, where it holds more than a line and one button is the one meant.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented || event.isComposing) return
  const form = event.target.matches("input, select, textarea") && event.target.form
  if (!form || !form.querySelector("textarea")) return
  const all = [...form.elements].filter((one) => one.type === "submit" && one.checkVisibility())
  const main = all.filter((one) => one.matches(".button--main"))
  const meant = main.length ? main : all
  if (meant.length !== 1) return
  event.preventDefault()
  form.requestSubmit(meant[0])
})
