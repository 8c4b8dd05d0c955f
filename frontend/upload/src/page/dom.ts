/** The few things about the page's elements that are needed everywhere. */

/** The element that a selector names. The markup is ours: it is there. */
export function find<E extends Element>(within: ParentNode, selector: string): E {
  const element = within.querySelector<E>(selector);
  if (element === null) throw new Error(`the page has no ${selector}`);
  return element;
}

/** A new element with these properties. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Tells those who can't see the page what has happened. */
export function announce(news: string): void {
  find<HTMLElement>(document, '#news').textContent = news;
}
