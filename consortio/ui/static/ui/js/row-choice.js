// The bar of acts shows itself while rows are chosen, and says how many; a box of the head chooses all of them.
class RowChoice extends HTMLElement {
  connectedCallback() {
    this.onChange = (event) => event.target.matches?.(".tick input") && this.#count(event.target)
    this.onSwap = () => this.#count() // other rows, or this bar itself as the server wrote it
    document.addEventListener("change", this.onChange)
    document.addEventListener("htmx:after:swap", this.onSwap)
    this.querySelector("[data-none]").addEventListener("click", () => this.#none())
    this.#count()
  }

  disconnectedCallback() {
    document.removeEventListener("change", this.onChange)
    document.removeEventListener("htmx:after:swap", this.onSwap)
  }

  #boxes() { return [...document.querySelectorAll(`.tick input[form="${CSS.escape(this.dataset.for)}"]`)] }

  #none() {
    for (const box of this.#boxes()) box.checked = false
    this.#count()
  }

  #count(changed) {
    const boxes = this.#boxes()
    if (changed?.hasAttribute("data-all")) for (const box of boxes) box.checked = changed.checked
    const chosen = boxes.filter((box) => box.checked)
    for (const box of boxes) box.closest("tr").classList.toggle("is-chosen", box.checked)
    this.querySelector("[data-none]").hidden = false
    const words = this.querySelector("[data-count]")
    words.textContent = words.dataset.words.replace("{n}", chosen.length)
    this.hidden = chosen.length === 0
    this.dispatchEvent(new CustomEvent("row-choice:changed", { bubbles: true, detail: { count: chosen.length } }))
  }
}
customElements.define("row-choice", RowChoice)
