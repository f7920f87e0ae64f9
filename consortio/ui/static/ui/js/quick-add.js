// Enter adds the line, Shift and Enter begins another one, and the field grows with what is pasted into it.
class QuickAdd extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("textarea")
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
      event.preventDefault()
      field.form.requestSubmit()
    })
    field.addEventListener("input", () => {
      field.rows = Math.min(12, field.value.split("\n").length)
      this.dispatchEvent(new CustomEvent("quick-add:written", { bubbles: true, detail: { lines: field.rows } }))
    })
  }
}
customElements.define("quick-add", QuickAdd)
