/**
 * `<div data-editor>` around a text area and a hidden one with `data-editor-html` (`v-editor`): the text area gives way to an editor, and the
 * form posts the hidden one instead. The editor is loaded only where it stands; should it not come, the text area stays.
 */
export function openEditors(root: ParentNode): void {
  for (const place of root.querySelectorAll<HTMLElement>('[data-editor]')) {
    const area = place.querySelector<HTMLTextAreaElement>('textarea:not([data-editor-html])');
    const html = place.querySelector<HTMLTextAreaElement>('[data-editor-html]');
    if (!area || !html) continue;
    area.disabled = true; // at once: what the form posts is not to change by itself later
    html.disabled = false;
    import('./editor/edit.ts').then(({ edit }) => edit(place, area, html)).catch(() => {
      area.disabled = false;
      html.disabled = true;
    });
  }
}
