// A cell is changed where it stands: two clicks or F2 make a field of it, Enter saves, Escape leaves it as it was. Once
// somebody else's change was shown, Enter saves over it, and Escape shows the page as it is now.
class CellEdit extends HTMLElement {
  connectedCallback() {
    this.addEventListener("dblclick", (event) => this.#begin(event.target.closest("td[data-field], [data-field]")))
    this.addEventListener("keydown", (event) => event.key === "F2" && this.#begin(event.target.closest("tr")?.querySelector("[data-field]")))
  }

  #begin(cell) {
    const row = cell?.closest("tr[data-row]")
    if (!row || cell.querySelector("input.cell-field")) return
    const field = Object.assign(document.createElement("input"), { className: "input cell-field", value: cell.dataset.value ?? cell.textContent.trim() })
    field.type = cell.dataset.kind ?? "text"
    field.setAttribute("aria-label", cell.dataset.label)
    const shown = [...cell.childNodes]
    cell.replaceChildren(field)
    field.focus()
    field.select?.()
    const leave = () => {
      if (field.dataset.version) return location.reload()
      cell.replaceChildren(...shown)
      row.querySelector("a")?.focus()
    }
    field.addEventListener("blur", () => field.value === field.defaultValue && leave())
    field.addEventListener("keydown", (event) => {
      event.stopPropagation()
      if (event.key === "Escape") leave()
      else if (event.key === "Enter") this.#save(row, cell, field)
    })
  }

  async #save(row, cell, field) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value
    const version = field.dataset.version ?? row.querySelector(".tick input").value.split(".")[1]
    const body = new URLSearchParams({ field: cell.dataset.field, value: field.value, version })
    field.readOnly = true
    const answer = await fetch(`/items/${row.dataset.row}/cell`, { method: "POST", body, headers: { "X-CSRFToken": token } })
    const said = await answer.json().catch(() => ({}))
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
}
customElements.define("cell-edit", CellEdit)
