// The hue one chooses colours the shapes beside it, and any mark of the same form marked data-mark-preview.
class MarkPreview extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form") ?? this
    this.form.addEventListener("input", () => this.#show())
    this.#show()
  }

  #show() {
    const hue = this.querySelector("[name=hue]:checked")?.value
    const shape = this.querySelector("[name=shape]:checked")?.closest("label").querySelector("use").getAttribute("href")
    const letters = this.form.querySelector("[name=letters]")?.value
    this.#dye(this.querySelector("[data-hue]"), hue)
    for (const mark of this.form.querySelectorAll("[data-mark-preview]")) {
      this.#dye(mark, hue)
      mark.querySelector("use")?.setAttribute("href", shape)
      const text = mark.querySelector("text")
      if (text && letters !== undefined) text.textContent = letters.toLocaleUpperCase()
    }
  }

  #dye(element, hue) {
    for (const name of [...element.classList].filter((name) => name.startsWith("hue-"))) element.classList.remove(name)
    element.classList.add(`hue-${hue}`)
  }
}
customElements.define("mark-preview", MarkPreview)
