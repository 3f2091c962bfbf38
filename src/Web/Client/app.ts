import './styles/app.scss';
import { askBeforeLeaving } from './behaviours/dirty.ts';
import { copyOnClick } from './behaviours/copy.ts';
import { countAfterwards } from './behaviours/counters.ts';
import { filterLists } from './behaviours/filter.ts';
import { openEditors } from './behaviours/editors.ts';
import { listChosenFiles, size } from './behaviours/files.ts';
import { closeOnCancel } from './behaviours/confirm.ts';
import { followChanges } from './behaviours/live.ts';
import { insertOnClick } from './behaviours/insert.ts';
import { say } from './behaviours/say.ts';
import { refresh, swapOnSubmit } from './behaviours/swap.ts';
import { followProgress } from './behaviours/progress.ts';
import { chooseRecipients } from './behaviours/recipients.ts';
import { autosave } from './behaviours/autosave.ts';
import { proveGestures } from './behaviours/opening.ts';
import { printOnClick } from './behaviours/print.ts';

// Every page does its job without this file. A behaviour attaches itself to the data-attribute that names it.
let sendFiles: ((root: ParentNode) => void) | undefined;
const attach = (root: ParentNode): void => {
  filterLists(root);
  listChosenFiles(root);
  openEditors(root);
  sendFiles?.(root);
  chooseRecipients(root);
  countAfterwards(root, attach);
};

attach(document);
followProgress();
followChanges(attach);
autosave();
copyOnClick();
closeOnCancel();
insertOnClick();
printOnClick();
proveGestures();
swapOnSubmit(attach);
askBeforeLeaving();
document.documentElement.classList.add('js');

// Comes only where files are sent. What it shares with this file is lent to it: a chunk that imported this file would run it twice,
// since its address carries a fingerprint.
if (document.querySelector('[data-tus]')) {
  void import('./behaviours/uploads.ts').then(({ sendAtOnce }) => {
    sendFiles = sendAtOnce({ say, size, refresh: (address, ids, admit) => refresh(address, ids, admit, attach) });
  });
}
