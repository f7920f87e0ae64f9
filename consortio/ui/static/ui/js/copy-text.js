// Copies the words in data-text and says so.
class CopyText extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button")
    this.button.hidden = !navigator.clipboard // only where the browser lets us
    this.button.addEventListener("click", () => this.#copy())
  }

  async #copy() {
    await navigator.clipboard.writeText(this.dataset.text)
    const said = document.createElement("span")
    said.className = "small soft"
    said.setAttribute("role", "status")
    this.append(said)
    said.textContent = this.dataset.done
    setTimeout(() => said.remove(), 4000)
    this.dispatchEvent(new CustomEvent("copy-text:copied", { bubbles: true }))
  }
}
customElements.define("copy-text", CopyText)
