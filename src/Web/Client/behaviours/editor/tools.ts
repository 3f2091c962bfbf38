import type { ChainedCommands, Editor } from '@tiptap/core';

const acts: Record<string, (chain: ChainedCommands) => ChainedCommands> = {
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  underline: (chain) => chain.toggleUnderline(),
  strike: (chain) => chain.toggleStrike(),
  bullets: (chain) => chain.toggleBulletList(),
  numbers: (chain) => chain.toggleOrderedList(),
  indent: (chain) => chain.sinkListItem('listItem'),
  outdent: (chain) => chain.liftListItem('listItem'),
  clear: (chain) => chain.unsetAllMarks(),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
};

const chosen: Record<string, (chain: ChainedCommands, value: string) => ChainedCommands> = {
  colour: (chain, value) => (value ? chain.setMark('colour', { name: value }) : chain.unsetMark('colour')),
  variable: (chain, value) => chain.insertContent({ type: 'text', text: value }),
};

const pressed: Record<string, string> = { bold: 'bold', italic: 'italic', underline: 'underline', strike: 'strike', bullets: 'bulletList', numbers: 'orderedList' };

/** The bar above the text (ARIA toolbar: one stop for Tab, arrows inside), with its menus. Its words come from the page. */
export function attachTools(bar: HTMLElement, editor: Editor): void {
  const tools = [...bar.querySelectorAll<HTMLButtonElement>('.editor-tool')];
  moveByArrows(bar, tools);
  for (const tool of tools) {
    const act = tool.dataset.act ?? '';
    const menu = tool.nextElementSibling?.getAttribute('role') === 'menu' ? tool.nextElementSibling as HTMLElement : null;
    const choose = chosen[act];
    if (menu && choose) attachMenu(tool, menu, (value) => choose(editor.chain().focus(), value).run());
    else tool.addEventListener('click', () => {
      if (tool.getAttribute('aria-disabled') !== 'true') acts[act]?.(editor.chain().focus()).run();
    });
  }

  const show = (): void => {
    for (const tool of tools) {
      const act = tool.dataset.act ?? '';
      if (pressed[act]) tool.setAttribute('aria-pressed', String(editor.isActive(pressed[act])));
      if (['undo', 'redo', 'indent', 'outdent'].includes(act)) tool.setAttribute('aria-disabled', String(!acts[act]?.(editor.can().chain()).run()));
    }
    const colour: string = editor.getAttributes('colour').name ?? '';
    for (const item of bar.querySelectorAll<HTMLElement>('[role=menuitemradio]')) item.setAttribute('aria-checked', String(item.dataset.value === colour));
  };
  editor.on('transaction', show);
  show();
  bar.addEventListener('mousedown', (event) => event.preventDefault()); // the text keeps its selection
  bar.hidden = false;
}

function moveByArrows(bar: HTMLElement, tools: HTMLButtonElement[]): void {
  const stop = (tool: HTMLButtonElement | undefined): void => {
    for (const other of tools) other.tabIndex = other === tool ? 0 : -1;
  };
  stop(tools[0]);
  bar.addEventListener('focusin', (event) => {
    if (tools.includes(event.target as HTMLButtonElement)) stop(event.target as HTMLButtonElement);
  });
  bar.addEventListener('keydown', (event) => {
    const at = tools.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    tools.at(to % tools.length)?.focus();
  });
}

/** ARIA menu button: arrows move, Enter chooses, Escape goes back, leaving closes. */
function attachMenu(button: HTMLButtonElement, menu: HTMLElement, choose: (value: string) => void): void {
  const items = [...menu.querySelectorAll<HTMLButtonElement>('[data-value]')];
  const open = (item: HTMLElement | undefined): void => {
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    item?.focus();
  };
  const close = (): void => {
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
  };
  button.addEventListener('click', () => {
    if (menu.hidden) open(items.find((item) => item.getAttribute('aria-checked') === 'true') ?? items[0]);
    else close();
  });
  button.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    open(event.key === 'ArrowDown' ? items[0] : items.at(-1));
  });
  menu.addEventListener('keydown', (event) => {
    const at = items.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
      button.focus();
    } else if (to !== undefined) {
      items.at(to % items.length)?.focus();
    } else if (event.key.length === 1 && /\p{L}/u.test(event.key)) {
      const first = (item: HTMLElement): boolean => (item.textContent ?? '').toLowerCase().startsWith(event.key.toLowerCase());
      [...items.slice(at + 1), ...items].find(first)?.focus();
    } else {
      return;
    }
    event.preventDefault();
  });
  menu.addEventListener('focusout', (event) => {
    if (!(event.relatedTarget instanceof Node) || !menu.parentElement?.contains(event.relatedTarget)) close();
  });
  for (const item of items) {
    item.addEventListener('click', () => {
      close();
      choose(item.dataset.value ?? '');
    });
  }
}
