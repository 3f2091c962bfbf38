import { Editor } from '@tiptap/core';
import { Fragment, Slice } from '@tiptap/pm/model';
import type { Node, Schema } from '@tiptap/pm/model';
import { extensions } from './extensions.ts';
import { cleanPaste } from './paste.ts';
import { attachTools } from './tools.ts';

/** Puts the editor in the place of the text area. What it writes goes into `html`, which counts as typed in. */
export function edit(place: HTMLElement, area: HTMLTextAreaElement, html: HTMLTextAreaElement): void {
  const label = place.querySelector('label');
  const tools = place.querySelector<HTMLElement>('[role=toolbar]');
  const colours = [...(tools?.querySelectorAll<HTMLElement>('[data-act=colour] ~ [role=menu] [data-value]') ?? [])].map((item) => item.dataset.value ?? '').filter(Boolean);
  const box = document.createElement('div');
  const attributes: Record<string, string> = { class: 'letter editor-text', id: area.id, role: 'textbox', 'aria-multiline': 'true', 'aria-labelledby': label?.id ?? '' };
  const hint = place.querySelector<HTMLElement>('.hint');
  if (hint) hint.hidden = true; // it speaks of the text area
  const error = place.querySelector('.field-error');
  if (error) Object.assign(attributes, { 'aria-describedby': error.id, 'aria-invalid': 'true' });

  const editor = new Editor({
    element: box,
    injectCSS: false,
    content: html.value,
    parseOptions: { preserveWhitespace: 'full' },
    extensions: extensions(colours),
    enableInputRules: ['bulletList', 'orderedList'], // « - » and « 1. » at the beginning of a line; an asterisk is an asterisk
    enablePasteRules: false,
    editorProps: {
      attributes,
      transformPastedHTML: (pasted) => cleanPaste(pasted, colours),
      clipboardTextParser: (text, _context, _plain, view) => Slice.maxOpen(Fragment.from(paragraphs(text, view.state.schema))),
    },
    onUpdate: () => {
      html.value = editor.getHTML();
      html.dispatchEvent(new Event('input', { bubbles: true }));
    },
  });

  area.hidden = true;
  area.removeAttribute('id');
  area.after(box);
  label?.addEventListener('click', () => editor.commands.focus());
  if (tools) attachTools(tools, editor);
}

/** As the server reads a text area: a blank line separates paragraphs, a line end breaks the line. */
const paragraphs = (text: string, schema: Schema): Node[] =>
  text.replace(/\r\n?/g, '\n').split(/\n{2,}/).map((paragraph) => schema.node('paragraph', null, paragraph.split('\n').flatMap((line, index) => [
    ...(index > 0 ? [schema.node('hardBreak')] : []),
    ...(line ? [schema.text(line)] : []),
  ])));
