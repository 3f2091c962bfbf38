import './styles/app.scss';
import { askBeforeLeaving } from './behaviours/dirty.ts';
import { copyOnClick } from './behaviours/copy.ts';
import { filterLists } from './behaviours/filter.ts';
import { openEditors } from './behaviours/editors.ts';
import { listChosenFiles } from './behaviours/files.ts';
import { closeOnCancel } from './behaviours/confirm.ts';
import { swapOnSubmit } from './behaviours/swap.ts';
import { refresh } from './behaviours/refresh.ts';
import { autosave } from './behaviours/autosave.ts';

// Every page does its job without this file. A behaviour attaches itself to the data-attribute that names it.
const attach = (root: ParentNode): void => {
  filterLists(root);
  listChosenFiles(root);
  openEditors(root);
};

attach(document);
refresh();
autosave();
copyOnClick();
closeOnCancel();
swapOnSubmit(attach);
askBeforeLeaving();
document.documentElement.classList.add('js');
