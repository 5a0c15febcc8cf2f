// What is selected in the excerpt, as offsets of the document's text in code points.

const points = (text) => Array.from(text).length;

function offsetOf(node, offset) {
  const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node.children[offset];
  const piece = element?.closest("[data-start]");
  if (!piece) {
    const last = node.nodeType === Node.ELEMENT_NODE && node.closest(".restored")?.lastElementChild;
    return last ? Number(last.dataset.start) + points(last.textContent) : null;
  }
  if (node.nodeType !== Node.TEXT_NODE) return Number(piece.dataset.start);
  return Number(piece.dataset.start) + points(node.textContent.slice(0, offset));
}

// {start, end, text}, or null where nothing of the excerpt is selected.
export function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const text = document.querySelector(".text.restored");
  if (!text || !text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
  const start = offsetOf(range.startContainer, range.startOffset);
  const end = offsetOf(range.endContainer, range.endOffset);
  return start === null || end === null || start >= end ? null : { start, end, text: selection.toString() };
}

// Choose words by keyboard: arrows move, with shift they extend, Enter takes, Escape leaves.
export function choose(taken) {
  const text = document.querySelector(".text.restored");
  const first = text.querySelector(".in") || text.firstElementChild;
  const selection = getSelection();
  selection.setBaseAndExtent(first.firstChild, 0, first.firstChild, 0);
  selection.modify("extend", "forward", "word");
  text.classList.add("choosing");
  text.focus({ preventScroll: true });
  const leave = () => {
    text.classList.remove("choosing");
    document.removeEventListener("keydown", pressed, true);
  };
  const pressed = (event) => {
    const direction = { ArrowRight: "forward", ArrowLeft: "backward" }[event.key];
    if (direction) {
      if (!event.shiftKey) {
        if (direction === "forward") selection.collapseToEnd();
        else { selection.collapseToStart(); selection.modify("move", "backward", "word"); }
        selection.modify("extend", "forward", "word");
      } else selection.modify("extend", direction, "word");
    } else if (event.key === "Enter") { leave(); taken(); }
    else if (event.key === "Escape") { selection.removeAllRanges(); leave(); }
    else if (event.key === "Shift") return;
    else { leave(); return; }
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("keydown", pressed, true);
}
