// A file may be dropped on the frame around a file field; the field then holds it as if it had been chosen.
class FileDrop extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]")
    for (const name of ["dragenter", "dragover"]) this.addEventListener(name, (event) => this.#over(event))
    for (const name of ["dragleave", "drop"]) this.addEventListener(name, () => this.toggleAttribute("data-over", false))
    this.addEventListener("drop", (event) => this.#take(event))
  }

  #over(event) {
    if (!event.dataTransfer.types.includes("Files")) return
    event.preventDefault()
    this.toggleAttribute("data-over", true)
  }

  #take(event) {
    event.preventDefault()
    const taken = new DataTransfer()
    for (const file of [...event.dataTransfer.files].slice(0, this.input.multiple ? undefined : 1)) taken.items.add(file)
    if (!taken.files.length) return
    this.input.files = taken.files
    this.input.dispatchEvent(new Event("change", { bubbles: true }))
    this.dispatchEvent(new CustomEvent("file-drop:taken", { bubbles: true }))
  }
}
customElements.define("file-drop", FileDrop)
