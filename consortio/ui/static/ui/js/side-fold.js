// Folds the side bar to its signs, or opens it; the choice is kept as if it had been made beside the colours.
class SideFold extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button")
    button.hidden = false
    button.addEventListener("click", () => this.#ask(this.#isFolded() ? "open" : "folded"))
    this.onChoice = (event) => event.detail.side && this.#fold(event.detail.side)
    document.addEventListener("look-switch:chosen", this.onChoice)
    this.#say()
  }

  disconnectedCallback() { document.removeEventListener("look-switch:chosen", this.onChoice) }

  #isFolded() { return document.body.classList.contains("shell--folded") }

  #ask(choice) { document.querySelector(`look-switch button[name="side"][value="${choice}"]`).click() }

  #fold(choice) {
    const own = "ownFolded" in this.dataset // what the page does where nobody chose
    document.body.classList.toggle("shell--folded", choice === "folded" || choice === "page" && own)
    this.#say()
  }

  #say() {
    const words = this.#isFolded() ? this.dataset.open : this.dataset.fold
    this.querySelector(".word").textContent = words
    this.querySelector("button").dataset.command = words // the palette says the same
  }
}
customElements.define("side-fold", SideFold)
