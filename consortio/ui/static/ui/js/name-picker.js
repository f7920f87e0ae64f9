// In a text, "@" and two letters show the people who see it; the arrows choose, Enter or Tab takes, Escape closes.
class NamePicker extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea")
    this.list = this.querySelector("ul")
    this.text.addEventListener("input", () => this.#ask())
    this.text.addEventListener("keydown", (event) => !this.list.hidden && this.#key(event))
    this.text.addEventListener("blur", () => setTimeout(() => { this.list.hidden = true }, 200))
  }

  #begun() { return this.text.value.slice(0, this.text.selectionStart).match(/(?<![\p{L}\p{N}_])@([^@\n]{2,40})$/u)?.[1] }

  async #ask() {
    const words = this.#begun()
    const circle = this.dataset.circle || this.closest("form").elements.circle?.value
    if (!words || !circle) return this.#show([])
    const answer = await fetch(`${this.dataset.url}?${new URLSearchParams({ circle_id: circle, begins: words })}`)
    if (words === this.#begun()) this.#show(answer.ok ? await answer.json() : [])
  }

  #show(people) {
    this.list.replaceChildren(...people.map((person) => this.#pick(person)))
    this.list.hidden = people.length === 0
    this.#choose(0)
  }

  #pick(person) {
    const row = document.createElement("li"), pick = document.createElement("button")
    Object.assign(pick, { type: "button", tabIndex: -1, textContent: `${person.name}, ${person.organisation}` })
    pick.addEventListener("click", () => this.#take(person.label))
    row.append(pick)
    return row
  }

  #choose(at) {
    const all = [...this.list.querySelectorAll("button")]
    this.at = (at + all.length) % (all.length || 1)
    all.forEach((one, nth) => one.classList.toggle("is-chosen", nth === this.at))
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) this.#choose(this.at + step)
    else if (event.key === "Enter" || event.key === "Tab") this.list.querySelectorAll("button")[this.at].click()
    else if (event.key === "Escape") this.list.hidden = true
    else return
    event.preventDefault()
  }

  #take(label) {
    const end = this.text.selectionStart
    this.text.setRangeText(`${label} `, end - this.#begun().length, end, "end")
    this.#show([])
    this.text.focus()
  }
}
customElements.define("name-picker", NamePicker)
