import { refresh } from './swap.ts';

/**
 * `<nav data-later="/…?counted=true">` in `#counters`: what takes long to count is taken from there once the rest is shown. That address is the page's from
 * then on: what follows its changes counts too.
 */
export function countLater(attach: (root: ParentNode) => void): void {
  const address = document.querySelector<HTMLElement>('#counters [data-later]')?.dataset.later;
  if (!address) return;
  history.replaceState(history.state, '', address);
  void refresh(address, ['counters'], () => true, attach);
}
