// A toast stays until it is dismissed; it never holds the only copy of what it says.
class ToastClose extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector(":scope > .button--bare")
    button.hidden = false
    button.addEventListener("click", () => {
      this.dispatchEvent(new CustomEvent("toast-close:closed", { bubbles: true }))
      this.remove()
    })
  }
}
customElements.define("toast-close", ToastClose)
