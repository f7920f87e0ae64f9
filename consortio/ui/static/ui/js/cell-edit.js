// A cell is changed where it stands: two clicks or F2 make a field of it, F2 again goes on to the next one, Enter saves,
// Escape leaves it as it was. Once somebody else's change was shown, Enter saves over it, and Escape shows the page anew.
class CellEdit extends HTMLElement {
  connectedCallback() {
    this.addEventListener("dblclick", (event) => this.#begin(event.target.closest("[data-field]")))
    this.addEventListener("keydown", (event) => event.key === "F2" && this.#begin(event.target.closest("tr")?.querySelector("[data-field]")))
  }

  // For what has no field to answer in, as a bar: a refusal is told on the page that comes next.
  write = async (row, name, value) => (await this.#send(row, { field: name, value, tell: 1 }), location.reload())

  #begin(cell) {
    const row = cell?.closest("tr[data-row]")
    if (!row || cell.querySelector("input.cell-field")) return
    const { day } = cell.dataset, cells = [...row.querySelectorAll("[data-field]")]
    const field = Object.assign(document.createElement("input"), { className: "input cell-field", type: day ? "date" : "text", defaultValue: day ?? cell.textContent.trim() })
    field.setAttribute("aria-label", cell.closest("table").tHead.rows[0].cells[cell.closest("td, th").cellIndex].textContent.trim())
    const shown = [...cell.childNodes]
    cell.replaceChildren(field)
    field.select()
    field.focus()
    const leave = (isBack) => {
      if (field.dataset.version) return location.reload()
      cell.replaceChildren(...shown)
      if (isBack) row.querySelector("a")?.focus()
    }
    field.addEventListener("blur", () => field.isConnected && field.value === field.defaultValue && leave())
    field.addEventListener("keydown", (event) => {
      event.stopPropagation()
      if (event.key === "Escape") leave(true)
      else if (event.key === "F2" && field.value === field.defaultValue) this.#begin(cells[(cells.indexOf(cell) + 1) % cells.length])
      else if (event.key === "Enter") this.#save(row, cell, field)
    })
  }

  async #save(row, cell, field) {
    field.readOnly = true
    const [answer, said] = await this.#send(row, { field: cell.dataset.field, value: field.value }, field.dataset.version)
    if (answer.ok) {
      this.dispatchEvent(new CustomEvent("cell-edit:saved", { bubbles: true, detail: said }))
      return location.reload()
    }
    if (said.version) field.dataset.version = said.version
    field.readOnly = false
    field.setAttribute("aria-invalid", "true")
    field.setCustomValidity(said.says ?? answer.statusText)
    field.reportValidity()
    field.addEventListener("input", () => field.setCustomValidity(""), { once: true })
  }

  async #send(row, said, version = row.dataset.version) {
    const [token, acting_for] = ["csrfmiddlewaretoken", "acting_for"].map((name) => document.querySelector(`main [name=${name}]`).value)
    const body = new URLSearchParams({ ...said, version, acting_for })
    const headers = { Accept: "application/json", "X-CSRFToken": token }
    const answer = await fetch(`/items/${row.dataset.row}/cell`, { method: "POST", body, headers })
    return [answer, await answer.json().catch(() => ({}))]
  }
}
customElements.define("cell-edit", CellEdit)
