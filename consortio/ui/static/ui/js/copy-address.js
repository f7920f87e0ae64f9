// Copies the address of the page, and says so in a toast.
class CopyAddress extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button")
    button.hidden = !navigator.clipboard // only where the browser lets us
    button.addEventListener("click", () => this.#copy())
  }

  async #copy() {
    await navigator.clipboard.writeText(location.href)
    const toast = document.createElement("div"), words = document.createElement("span")
    toast.className = "toast"
    toast.append(words)
    document.getElementById("toasts").append(toast)
    words.textContent = this.dataset.done // after the toast is there, so that it is read out
    setTimeout(() => toast.remove(), 6000)
    this.dispatchEvent(new CustomEvent("copy-address:copied", { bubbles: true }))
  }
}
customElements.define("copy-address", CopyAddress)
