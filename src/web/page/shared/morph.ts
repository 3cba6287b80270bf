// Makes a part of the page look like new HTML, touching only what differs.
//
// What somebody is doing right now stays: typed text, the chosen option, an opened fold, the
// focus. Elements with `data-key` are matched by it, wherever they have moved.

export function morph(target: Element, html: string): void {
  const wanted = document.createElement("template");
  wanted.innerHTML = html;
  morph_children(target, wanted.content);
}

function key_of(node: Node): string | null {
  return node instanceof Element ? node.getAttribute("data-key") : null;
}

function fits(have: Node | null, wanted: Node): boolean {
  return have !== null && have.nodeName === wanted.nodeName && key_of(have) === key_of(wanted);
}

function with_key(first: Node | null, wanted: Node): Node | null {
  const key = key_of(wanted);
  if (key === null) return null;
  for (let node = first; node !== null; node = node.nextSibling) {
    if (key_of(node) === key && node.nodeName === wanted.nodeName) return node;
  }
  return null;
}

function morph_children(target: Node, wanted: Node): void {
  let have = target.firstChild;
  for (const next of Array.from(wanted.childNodes)) {
    const same = fits(have, next) ? have : with_key(have, next);
    if (same === null) {
      target.insertBefore(next, have);
      continue;
    }
    if (same === have) {
      have = have.nextSibling;
    } else {
      target.insertBefore(same, have);
    }
    morph_node(same, next);
  }
  while (have !== null) {
    const after: ChildNode | null = have.nextSibling;
    have.remove();
    have = after;
  }
}

function morph_node(have: Node, wanted: Node): void {
  if (have instanceof Element && wanted instanceof Element) {
    morph_attributes(have, wanted);
    morph_children(have, wanted);
  } else if (have.nodeValue !== wanted.nodeValue) {
    have.nodeValue = wanted.nodeValue;
  }
}

function morph_attributes(have: Element, wanted: Element): void {
  for (const { name, value } of Array.from(wanted.attributes)) {
    if (have.getAttribute(name) !== value) have.setAttribute(name, value);
  }
  for (const { name } of Array.from(have.attributes)) {
    const fold = name === "open" && have.nodeName === "DETAILS";
    if (!fold && !wanted.hasAttribute(name)) have.removeAttribute(name);
  }
}
