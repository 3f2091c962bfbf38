const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** `<ul data-filter="Filtrer les contacts">`: a long list gets a box above it that hides the rows without the words typed. */
export function filterLists(root: ParentNode): void {
  for (const list of root.querySelectorAll<HTMLElement>('[data-filter]')) {
    const rows = [...list.children].filter((row) => row instanceof HTMLElement);
    if (rows.length < 8 || list.previousElementSibling?.classList.contains('list-filter')) continue;
    const texts = rows.map((row) => folded(row.textContent ?? ''));

    const label = document.createElement('label');
    label.className = 'list-filter';
    label.append(Object.assign(document.createElement('span'), { className: 'visually-hidden', textContent: list.dataset.filter ?? '' }));
    const box = Object.assign(document.createElement('input'), {
      type: 'search', className: 'form-control form-control-sm', placeholder: list.dataset.filter ?? '', autocomplete: 'off',
    });
    const found = Object.assign(document.createElement('span'), { className: 'visually-hidden' });
    found.setAttribute('role', 'status');
    label.append(box);
    list.before(label);
    label.after(found);

    box.addEventListener('input', () => {
      const words = folded(box.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, index) => {
        row.hidden = !words.every((word) => texts[index]?.includes(word));
        if (!row.hidden) shown++;
      });
      found.textContent = words.length === 0 ? '' : shown < 2 ? `${shown} résultat` : `${shown} résultats`;
    });
    box.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') event.preventDefault(); // would submit the form around the list
    });
  }
}
