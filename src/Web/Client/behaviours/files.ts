const mo = 1024 * 1024;

/** In the language of the page, as on the server. */
const english = document.documentElement.lang === 'en';
const units = english ? ['byte', 'bytes', 'KB', 'MB'] : ['octet', 'octets', 'Ko', 'Mo'];

/** Bytes as Localised.Size writes them on the server. */
export const size = (bytes: number): string => {
  if (bytes < 1024) return `${bytes}\u00a0${bytes === 1 || (bytes === 0 && !english) ? units[0] : units[1]}`;
  const [value, unit] = bytes < mo ? [bytes / 1024, units[2]] : [bytes / mo, units[3]];
  return `${value.toLocaleString(english ? 'en-GB' : 'fr-FR', { maximumFractionDigits: value < 10 ? 1 : 0 })}\u00a0${unit}`;
};

/** `<input type="file" data-files data-limit="62914560" data-used="0">`: names the files chosen, their sizes and their sum. */
export function listChosenFiles(root: ParentNode): void {
  for (const input of root.querySelectorAll<HTMLInputElement>('input[type=file][data-files]:not([data-tus])')) {
    const list = document.createElement('div');
    list.className = 'chosen-files';
    list.setAttribute('role', 'status');
    input.after(list);
    input.addEventListener('change', () => {
      const files = [...(input.files ?? [])];
      const limit = Number(input.dataset.limit ?? 0);
      const sum = files.reduce((total, file) => total + file.size, 0) + Number(input.dataset.used ?? 0);
      list.replaceChildren();
      if (files.length === 0) return;
      const rows = document.createElement('ul');
      rows.append(...files.map((file) => {
        const row = document.createElement('li');
        row.append(file.name, ' ', Object.assign(document.createElement('span'), { textContent: size(file.size) }));
        if (file.size === 0) row.append(Object.assign(document.createElement('strong'), { textContent: ' fichier vide' }));
        return row;
      }));
      const total = document.createElement('p');
      const over = limit > 0 && sum > limit;
      total.className = over ? 'over' : '';
      total.textContent = limit === 0 ? `Total : ${size(sum)}` : `Total : ${size(sum)} sur ${size(limit)}`;
      if (over) total.textContent += ` — ${size(sum - limit)} de trop : retirez un fichier.`;
      list.append(rows, total);
    });
  }
}
