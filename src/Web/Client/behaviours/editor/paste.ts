import { nearest } from './colours.ts';

/** How words look; a null colour is the text's own. */
type Look = { strong: boolean; em: boolean; u: boolean; s: boolean; colour: string | null };
type List = { ordered: boolean; start: number };
/** A paragraph: the lists it stands in, outermost first; `item`: the first of its item. */
type Block = { lists: List[]; item: boolean; html: string };

const dropped = new Set(['head', 'style', 'script', 'title', 'meta', 'link', 'xml', 'svg', 'math', 'object', 'template', 'noscript', 'iframe', 'textarea', 'select', 'img', 'audio', 'video', 'canvas']);
const blocks = /^(address|article|aside|blockquote|body|caption|center|d[dlt]|details|div|fieldset|fig.*|footer|form|h[1-6r]|header|li|main|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|tr|ul)$/;

/**
 * HTML from elsewhere (Word, Outlook, LibreOffice, Google Docs, web pages) as plain paragraphs and lists: bold, italic, underline and strike are
 * read from tags and styles, colours become the nearest of the palette or none, Word's written bullets become lists, a row of a table becomes a
 * line. It looks at nothing but words and looks; the server judges what is kept.
 */
export function cleanPaste(html: string, colours: string[]): string {
  if (html.includes('data-pm-slice')) return html; // from an editor like this one
  // Parsed as data, nothing of it acts; but the page's policy would report each style and handler as forbidden.
  const inert = html.replace(/<(style|script)\b[^]*?<\/\1\s*>/gi, '').replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/(\s)(style|on[a-z]+)(\s*=)/gi, '$1data-$2$3'));
  const reader = new Reader(colours);
  reader.children(new DOMParser().parseFromString(inert, 'text/html').body, { strong: false, em: false, u: false, s: false, colour: null });
  return reader.end();
}

class Reader {
  private readonly found: Block[] = [];
  private readonly lists: { list: List; item: boolean }[] = [];
  private words: { list: List; id: string }[] = [];
  private current: Block | null = null;
  private cell = false;

  constructor(private readonly colours: string[]) {}

  children(parent: Node, look: Look): void {
    for (const node of parent.childNodes) {
      if (node instanceof Text) this.text(node.data, look);
      else if (node instanceof Element) this.element(node, look);
    }
  }

  end(): string {
    this.endBlock();
    return written(this.found);
  }

  private element(element: Element, outside: Look): void {
    const name = element.localName;
    const style = styleOf(element);
    if (dropped.has(name) || /^[vwm]:/.test(name) || style.get('display') === 'none' || style.get('mso-hide') === 'all' || style.get('mso-list') === 'ignore') return;
    const look = this.lookOf(name, element, style, outside);
    if (name === 'br') this.add('<br>');
    else if (name === 'table') this.table(element, look);
    else if (!blocks.test(name)) this.inline(element, look);
    else if (this.cell) this.spaced(() => this.children(element, look));
    else if (name === 'ul' || name === 'ol') this.list(element, look);
    else this.block(element, look, style);
  }

  private inline(element: Element, look: Look): void {
    this.children(element, look);
    const address = element.localName === 'a' ? /^(?:https?:\/\/|mailto:)([^?#]+)/i.exec(element.getAttribute('href') ?? '') : null;
    const said = (element.textContent ?? '').replace(/\s/g, '').toLowerCase();
    if (address?.[1] && said && !said.includes(address[1].replace(/\/$/, '').toLowerCase())) {
      this.text(` (${(element.getAttribute('href') ?? '').replace(/^mailto:/i, '')})`, look); // a letter has no links: their address is words
    }
  }

  private block(element: Element, look: Look, style: Map<string, string>): void {
    this.endBlock();
    const fake = /\blevel(\d)/.exec(style.get('mso-list') ?? '');
    const own = this.lists.at(-1);
    if (element.localName === 'li' && own) own.item = true;
    if (fake) this.wordItem(element, Number(fake[1]), (style.get('mso-list') ?? '').replace(/\s*level\d/, ''));
    else if ((element.textContent ?? '').trim()) this.words = [];
    this.children(element, look);
    this.endBlock();
  }

  private list(element: Element, look: Look): void {
    this.endBlock();
    const start = Number(element.getAttribute('start') ?? 1);
    this.lists.push({ list: { ordered: element.localName === 'ol', start: Number.isInteger(start) && start >= 0 && start < 10_000 ? start : 1 }, item: true });
    this.children(element, look);
    this.endBlock();
    this.lists.pop();
  }

  /** A list that Word wrote as paragraphs, each with its bullet or number as text marked « Ignore ». */
  private wordItem(element: Element, level: number, id: string): void {
    const marker = [...element.querySelectorAll('[data-style*="mso-list"]')].find((span) => styleOf(span).get('mso-list') === 'ignore')?.textContent?.trim() ?? '';
    const ordered = /^\(?([\d.]+|[a-z]{1,4})[.)°]/i.test(marker);
    const number = Number(/\d+(?=\D*$)/.exec(marker)?.[0] ?? 1);
    this.words.length = Math.min(this.words.length, level);
    while (this.words.length < level - 1) this.words.push({ list: { ordered: false, start: 1 }, id });
    const last = this.words[level - 1];
    if (last?.id !== id || last.list.ordered !== ordered) this.words[level - 1] = { list: { ordered, start: ordered ? number : 1 }, id };
    this.current = { lists: this.words.map(({ list }) => list), item: true, html: '' };
  }

  private table(table: Element, look: Look): void {
    const rows = [...table.querySelectorAll('tr')].filter((row) => row.closest('table') === table);
    for (const caption of table.querySelectorAll(':scope > caption')) this.element(caption, look);
    const isLayout = table.querySelector('table') !== null;
    for (const row of rows) {
      if (!this.cell) this.endBlock();
      const cells = [...row.children].filter((cell) => /^t[dh]$/.test(cell.localName));
      const inLine = !isLayout && cells.length > 1;
      const outer = this.cell;
      cells.forEach((cell, index) => {
        if (inLine && index > 0) this.text(' | ', look);
        this.cell = outer || inLine;
        this.element(cell, look);
        this.cell = outer;
        if (!inLine && !this.cell) this.endBlock();
      });
    }
    if (!this.cell) this.endBlock();
  }

  private spaced(inside: () => void): void {
    this.text(' ', plain);
    inside();
    this.text(' ', plain);
  }

  private text(data: string, look: Look): void {
    const text = data.replace(/[ \t\r\n\f]+/g, ' ').replace(/[ \u00a0]{2,}/g, ' ');
    if (!this.current && !text.trim()) return;
    this.add(marked(escaped(text), look));
  }

  private add(html: string): void {
    this.current ??= this.begin();
    this.current.html += html;
  }

  private begin(): Block {
    const last = this.lists.at(-1);
    const block = { lists: this.lists.map(({ list }) => list), item: last?.item ?? false, html: '' };
    if (last) last.item = false;
    return block;
  }

  /** Paragraphs have their space in a letter: empty ones are not needed for it. */
  private endBlock(): void {
    if (this.current && this.current.html.replace(/<[^>]*>|&nbsp;/g, '').trim()) {
      this.found.push({ ...this.current, html: this.current.html.replace(/(\s|<br>)+$/, '').replace(/^(\s|<br>)+/, '') });
    } else if (this.current?.item && this.lists.length > 0) {
      const last = this.lists.at(-1);
      if (last) last.item = true;
    }
    this.current = null;
  }

  private lookOf(name: string, element: Element, style: Map<string, string>, outside: Look): Look {
    const look = { ...outside };
    if (/^(b|strong|h[1-6]|th)$/.test(name)) look.strong = true;
    if (/^(i|em)$/.test(name)) look.em = true;
    if (/^(u|ins)$/.test(name)) look.u = true;
    if (/^(s|strike|del)$/.test(name)) look.s = true;
    const weight = style.get('font-weight');
    if (weight && weight !== 'inherit') look.strong = /^bold/.test(weight) || Number(weight) >= 600;
    const slant = style.get('font-style');
    if (slant && slant !== 'inherit') look.em = /^(italic|oblique)/.test(slant);
    const line = style.get('text-decoration-line') ?? style.get('text-decoration');
    if (line && name !== 'a') {
      look.u = /underline/.test(line) || (look.u && !/none/.test(line));
      look.s = /line-through/.test(line) || (look.s && !/none/.test(line));
    }
    const colour = style.get('color') ?? (name === 'font' ? element.getAttribute('color') : null);
    if (colour && colour !== 'inherit' && name !== 'a') look.colour = nearest(colour, this.colours);
    return look;
  }
}

const plain: Look = { strong: false, em: false, u: false, s: false, colour: null };

function styleOf(element: Element): Map<string, string> {
  const declared = (element.getAttribute('data-style') ?? element.getAttribute('style') ?? '').split(';').map((declaration) => {
    const at = declaration.indexOf(':');
    return [declaration.slice(0, at).trim().toLowerCase(), declaration.slice(at + 1).replace('!important', '').trim().toLowerCase()] as const;
  });
  return new Map(declared);
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\u00a0/g, '&nbsp;');

function marked(html: string, look: Look): string {
  let all = html;
  if (look.s) all = `<s>${all}</s>`;
  if (look.u) all = `<u>${all}</u>`;
  if (look.em) all = `<em>${all}</em>`;
  if (look.strong) all = `<strong>${all}</strong>`;
  return look.colour ? `<span class="${look.colour}">${all}</span>` : all;
}

/** As the server writes it (BodyWriter): an item holds paragraphs, then the lists nested in it. */
function written(found: Block[]): string {
  let html = '';
  const open: List[] = [];
  const leave = (depth: number): void => {
    for (let list = open.length > depth ? open.pop() : undefined; list; list = open.length > depth ? open.pop() : undefined) html += list.ordered ? '</li></ol>' : '</li></ul>';
  };
  for (const block of found) {
    let common = 0;
    while (common < open.length && common < block.lists.length && open[common] === block.lists[common]) common++;
    leave(common);
    if (common > 0 && common === block.lists.length && block.item) html += '</li><li>';
    block.lists.slice(common).forEach((list, index, fresh) => {
      open.push(list);
      html += list.ordered ? `<ol start="${list.start}"><li>` : '<ul><li>';
      if (index + 1 < fresh.length) html += '<p></p>';
    });
    html += `<p>${block.html}</p>`;
  }
  leave(0);
  return html;
}
