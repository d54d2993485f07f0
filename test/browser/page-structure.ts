import { parse } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';

type Node = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.Document;
type Element = DefaultTreeAdapterTypes.Element;

/** Attributes with an address. */
const ADDRESSES = new Set(['href', 'src', 'action', 'data', 'srcdoc', 'formaction', 'poster', 'srcset']);

/** All elements of a page, as a browser reads it, also those in templates. */
function elementsOf(node: Node): Element[] {
  const own = 'tagName' in node ? [node] : [];
  const inner = [
    ...('childNodes' in node ? node.childNodes : []),
    ...('content' in node ? [node.content as Node] : []),
  ];
  return [...own, ...inner.flatMap(elementsOf)];
}

/** The addresses of a page: of links, scripts, styles, images. */
export function linksOf(page: string): string[] {
  return elementsOf(parse(page)).flatMap(({ attrs }) =>
    attrs.filter(({ name }) => ADDRESSES.has(name)).map(({ value }) => value),
  );
}

/** What a page is built of: names of elements, each with the names of its attributes and with its classes. And how many comments it has. */
export function structureOf(page: string): Set<string> {
  const found = new Set<string>();
  for (const { tagName, attrs } of elementsOf(parse(page))) {
    found.add(tagName);
    for (const { name, value } of attrs) {
      found.add(`${tagName}[${name}]`);
      if (name === 'class') for (const one of value.split(/\s+/)) if (one !== '') found.add(`${tagName}.${one}`);
    }
  }
  return found;
}
