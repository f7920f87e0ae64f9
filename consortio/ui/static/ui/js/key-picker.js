// A search beside a field for keys: what is found is shown as buttons, and one that is chosen is written into the field.
class KeyPicker extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector("[data-search]")
    this.search = this.box.querySelector("input")
    this.list = this.box.querySelector("ul")
    this.keys = this.querySelector("textarea")
    this.box.hidden = false
    this.search.addEventListener("input", () => this.#later())
    this.search.addEventListener("keydown", (event) => this.#key(event))
  }

  #later() {
    clearTimeout(this.wait)
    this.wait = setTimeout(() => this.#ask(), 200)
  }

  async #ask() {
    const words = this.search.value.trim()
    const form = this.closest("form").elements
    const circle = this.dataset.circle || form.circle?.value
    if (words.length < 2 || !circle) return this.#show([])
    const answer = await fetch(`${this.dataset.url}?${new URLSearchParams({ circle_id: circle, words })}`)
    if (words === this.search.value.trim()) this.#show(answer.ok ? await answer.json() : [])
  }

  #show(found) {
    this.list.replaceChildren(...found.map((one) => this.#pick(one)))
    this.list.hidden = found.length === 0
    this.search.setAttribute("aria-expanded", String(!this.list.hidden))
  }

  #pick({ key, name }) {
    const row = document.createElement("li"), pick = document.createElement("button")
    Object.assign(pick, { type: "button", textContent: `${key} ${name}` })
    pick.addEventListener("click", () => this.#take(`${key} ${name}`))
    row.append(pick)
    return row
  }

  #take(line) {
    this.keys.value = [this.keys.value.trim(), line].filter(Boolean).join("\n")
    this.search.value = ""
    this.#show([])
    this.search.focus()
    this.dispatchEvent(new CustomEvent("key-picker:picked", { bubbles: true, detail: line }))
  }

  #key(event) {
    if (event.key === "Escape") this.#show([])
    if (event.key !== "Enter" || !this.search.value.trim()) return
    event.preventDefault()
    this.list.querySelector("button")?.click()
  }
}
customElements.define("key-picker", KeyPicker)
