import { createHash } from 'node:crypto';
import { defaultTreeAdapter as tree, html, parse, serialize } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';
import { CHART_STYLES } from '../../common/chart-styles.ts';

type Element = DefaultTreeAdapterTypes.Element;
type Parent = DefaultTreeAdapterTypes.ParentNode;

/**
 * A page of the site as one file, which opens from the file system without the site. Its style and its scripts are in it. A policy in its
 * head allows exactly these, by their hashes, and no connection. Links to other pages become plain texts, because from the place of the file
 * they lead nowhere. What makes sense on the site only is left out; it has the attribute `data-site-only`.
 * @param read the text of a file that the page names, by its link
 */
export async function asOneFile(page: string, read: (href: string) => Promise<string>): Promise<string> {
  const document = parse(page);
  const elements = [...elementsIn(document)];
  const body = elements.find(({ tagName }) => tagName === 'body');
  const charset = elements.find((it) => it.tagName === 'meta' && attributesOf(it).charset !== undefined);
  if (body === undefined || charset === undefined) throw new Error('Expected a page with a charset and a body.');
  const allowed = { scripts: [] as string[], styles: [] as string[] };
  const scripts: Element[] = [];
  for (const element of elements) {
    const { src, href, rel } = attributesOf(element);
    if (element.tagName === 'script' && src !== undefined) {
      const text = scriptText(await read(src));
      allowed.scripts.push(hashOf(text));
      scripts.push(withText('script', text));
      tree.detachNode(element);
    } else if (element.tagName === 'link' && rel === 'stylesheet' && href !== undefined) {
      const text = styleText(await read(href));
      allowed.styles.push(hashOf(text));
      tree.insertBefore(parentOf(element), withText('style', text), element);
      tree.detachNode(element);
    } else if (isOfSite(element)) tree.detachNode(element);
    else if (element.tagName === 'a' && href?.startsWith('#') !== true) becomeText(element);
  }
  // Of the head, only the charset is before the policy: browsers look for it in the first 1,024 bytes.
  insertAfter(charset, withPolicy(policyOf(allowed)));
  // Scripts that are in the page run at once, so they stand behind what they change.
  for (const script of scripts) tree.appendChild(body, script);
  return serialize(document);
}

function* elementsIn(parent: Parent): Generator<Element> {
  for (const node of parent.childNodes)
    if (tree.isElementNode(node)) {
      yield node;
      yield* elementsIn(node);
    }
}

const attributesOf = ({ attrs }: Element): Partial<Record<string, string>> =>
  Object.fromEntries(attrs.map(({ name, value }) => [name, value]));

/** Other languages, other pages, and files to download. */
function isOfSite(element: Element): boolean {
  const { rel, 'data-site-only': siteOnly } = attributesOf(element);
  return siteOnly !== undefined || rel === 'alternate';
}

const LINK_ATTRIBUTES = new Set(['href', 'hreflang', 'rel', 'target', 'download']);

function becomeText(link: Element): void {
  link.tagName = 'span';
  link.nodeName = 'span';
  link.attrs = link.attrs.filter(({ name }) => !LINK_ATTRIBUTES.has(name));
}

function insertAfter(element: Element, added: Element): void {
  const parent = parentOf(element);
  const next = parent.childNodes[parent.childNodes.indexOf(element) + 1];
  if (next === undefined) tree.appendChild(parent, added);
  else tree.insertBefore(parent, added, next);
}

const withPolicy = (policy: string): Element =>
  tree.createElement('meta', html.NS.HTML, [
    { name: 'http-equiv', value: 'Content-Security-Policy' },
    { name: 'content', value: policy },
  ]);

function withText(name: 'script' | 'style', text: string): Element {
  const element = tree.createElement(name, html.NS.HTML, []);
  tree.insertText(element, text);
  return element;
}

function parentOf(element: Element): Parent {
  if (element.parentNode === null) throw new Error(`Expected <${element.tagName}> to be in the page.`);
  return element.parentNode;
}

/** Browsers hash a text with these line ends. */
const lines = (text: string): string => text.replaceAll(/\r\n?/g, '\n');

/**
 * `</script` would end the script, and `<!--` with `<script` would hide its end. In our scripts they stand in strings and patterns only, where
 * `\x3c` is the same letter.
 */
const scriptText = (code: string): string => lines(code).replaceAll(/<(?=!--|\/?script)/gi, '\\x3c');

/** The same for `</style`. In CSS, the space ends the number. */
const styleText = (css: string): string => lines(css).replaceAll(/<(?=\/style)/gi, '\\3c ');

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policyOf = ({ scripts, styles }: { scripts: string[]; styles: string[] }): string =>
  [
    "default-src 'none'",
    `script-src ${scripts.join(' ') || "'none'"}`,
    `style-src ${[...styles, ...CHART_STYLES.elements].join(' ')}`,
    `style-src-attr 'unsafe-hashes' ${CHART_STYLES.attributes.join(' ')}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
