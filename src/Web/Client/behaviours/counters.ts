import { refresh } from './swap.ts';

/**
 * `<a data-later="/…?counted=true">` in `#counters`: what takes long to count is taken from there once the rest is shown. That address is the page's from
 * then on: what follows its changes counts too.
 */
export function countAfterwards(root: ParentNode, attach: (root: ParentNode) => void): void {
  const address = root.querySelector<HTMLElement>('[data-later]')?.dataset.later;
  if (!address) return;
  history.replaceState(history.state, '', address + location.hash);
  void refresh(address, ['counters'], (here) => here.querySelector('[data-later]') !== null, attach);
}

/** The words of the counters with their numbers; null while they are not counted. */
export function counted(): Map<string, string> | null {
  if (document.querySelector('#counters [data-later]')) return null;
  return new Map([...document.querySelectorAll('.counters a')].map((counter) => {
    const count = counter.querySelector('b')?.textContent?.trim() ?? '';
    return [(counter.textContent ?? '').replace(count, '').replace(/\s+/g, ' ').trim(), count] as const;
  }));
}

/** What changed between two counts, to be announced. */
export function changed(before: Map<string, string> | null, after: Map<string, string> | null): string {
  if (!before || !after) return '';
  return [...after].filter(([name, count]) => before.get(name) !== count).map(([name, count]) => `${name} ${count}`).join(', ');
}
