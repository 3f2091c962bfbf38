import { Extension, Mark } from '@tiptap/core';
import type { Extensions } from '@tiptap/core';
import { Bold } from '@tiptap/extension-bold';
import { Document } from '@tiptap/extension-document';
import { HardBreak } from '@tiptap/extension-hard-break';
import { Italic } from '@tiptap/extension-italic';
import { BulletList, ListItem, ListKeymap, OrderedList } from '@tiptap/extension-list';
import { Paragraph } from '@tiptap/extension-paragraph';
import { Strike } from '@tiptap/extension-strike';
import { Text } from '@tiptap/extension-text';
import { Underline } from '@tiptap/extension-underline';
import { UndoRedo } from '@tiptap/extensions';
import type { Node } from '@tiptap/pm/model';
import { Plugin } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

/** What a letter may hold, in the form that the server keeps (BodyHtml): colour outside, then strong, em, u, s. */
export const extensions = (colours: string[]): Extensions => [
  Document, Paragraph, Text, HardBreak, UndoRedo, Variables,
  colour(colours), Bold, Italic, Underline, Strike,
  BulletList, Numbers, Item, ListKeymap,
];

/** A name of the palette, as a class. */
const colour = (names: string[]) => Mark.create({
  name: 'colour',
  priority: 200,
  addAttributes() {
    return {
      name: {
        parseHTML: (element: HTMLElement) => names.find((name) => element.classList.contains(name)),
        renderHTML: ({ name }: { name?: string }) => ({ class: name }),
      },
    };
  },
  parseHTML() {
    return [{ tag: 'span', getAttrs: (element) => names.some((name) => element.classList.contains(name)) && null }];
  },
  renderHTML({ HTMLAttributes }) {
    return ['span', HTMLAttributes, 0];
  },
});

/** The first number is kept, the kind of number is not. */
const Numbers = OrderedList.extend({
  addAttributes() {
    return {
      start: {
        default: 1,
        parseHTML: (element: HTMLElement) => {
          const start = element.getAttribute('start') ?? '';
          return /^\d{1,4}$/.test(start) ? Number(start) : 1;
        },
      },
    };
  },
});

/** Tab leaves the editor: lists are indented by their tools. */
const Item = ListItem.extend({
  addKeyboardShortcuts() {
    return { Enter: () => this.editor.commands.splitListItem(this.name) };
  },
});

/** `{{ recipient.company }}` is ordinary text that is seen to be replaced later. */
const Variables = Extension.create({
  name: 'variables',
  addProseMirrorPlugins() {
    return [new Plugin<DecorationSet>({
      state: {
        init: (_config, state) => variablesIn(state.doc),
        apply: (transaction, before) => (transaction.docChanged ? variablesIn(transaction.doc) : before),
      },
      props: { decorations(state) { return this.getState(state); } },
    })];
  },
});

function variablesIn(doc: Node): DecorationSet {
  const found: Decoration[] = [];
  doc.descendants((node, at) => {
    for (const match of node.text?.matchAll(/\{\{\s*[a-z]+(?:\.[a-z]+)?\s*\}\}/g) ?? []) {
      found.push(Decoration.inline(at + match.index, at + match.index + match[0].length, { class: 'variable' }));
    }
  });
  return DecorationSet.create(doc, found);
}
