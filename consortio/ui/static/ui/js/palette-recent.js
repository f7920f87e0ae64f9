// Shows which records somebody looked at in this tab. That is forgotten with another hat, and where nobody is signed in.
class PaletteRecent extends HTMLElement {
  connectedCallback() {
    const kept = this.#kept().filter((one) => one.url !== location.pathname)
    const group = this.querySelector("section")
    group.append(...kept.map((one) => this.#row(one)))
    group.hidden = kept.length === 0
    const here = document.querySelector("[data-recent]")
    if (here) this.#keep([{ url: location.pathname, name: here.textContent.trim(), number: here.dataset.recent }, ...kept])
  }

  #kept() {
    const { owner, rows } = JSON.parse(sessionStorage.getItem(PaletteRecent.place) ?? "{}")
    if (owner === this.dataset.owner) return rows
    sessionStorage.removeItem(PaletteRecent.place)
    return []
  }

  #keep(rows) {
    const kept = { owner: this.dataset.owner, rows: rows.slice(0, PaletteRecent.most) }
    sessionStorage.setItem(PaletteRecent.place, JSON.stringify(kept))
    this.dispatchEvent(new CustomEvent("palette-recent:kept", { bubbles: true }))
  }

  #row(one) {
    const row = Object.assign(document.createElement("a"), { href: one.url })
    for (const [looks, words] of [["word", one.name], ["key", one.number]])
      row.append(Object.assign(document.createElement("span"), { className: looks, textContent: words }))
    return row
  }

  static place = "consortio-recent"
  static most = 6
}
customElements.define("palette-recent", PaletteRecent)
if (!document.querySelector("palette-recent")) sessionStorage.removeItem(PaletteRecent.place)
