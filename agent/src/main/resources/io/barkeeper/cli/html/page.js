'use strict';
(() => {
  const root = document.documentElement;
  const told = document.getElementById('told');
  const zooms = [...document.querySelectorAll('.zoom')];
  const moments = [...document.querySelectorAll('.moment')];
  let magnification = 1;

  const items = (space) => [...space.querySelectorAll('[role="treeitem"]')];
  const level = (item) => Number(item.getAttribute('aria-level'));

  // One item of each tree is reached with Tab, the others with the arrows.
  function rove(space, item) {
    items(space).forEach((i) => { i.tabIndex = i === item ? 0 : -1; });
  }

  function zoomedKey() {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch (e) { return ''; }
    const figure = document.getElementById(id);
    return figure && figure.classList.contains('zoom') ? figure.dataset.key : '';
  }

  // Shows the window that the address of the page names, at each moment, or the whole.
  function show() {
    const key = zoomedKey();
    root.classList.toggle('zoomed', key !== '');
    zooms.forEach((z) => z.classList.toggle('shown', key !== '' && z.dataset.key === key));
    for (const moment of moments) {
      const found = moment.querySelector('.zoom.shown');
      moment.querySelector('.absent').hidden = key === '' || found !== null;
    }
    document.querySelector('[data-do="out"]').disabled = key === '';
    told.textContent = '';
  }

  function visible(selector) {
    return [...document.querySelectorAll(selector)].find((e) => e.offsetParent !== null);
  }

  // To the container of the window that is shown; from an aperture's window to the whole.
  function out() {
    const shown = document.querySelector('.zoom.shown');
    if (!shown) { return; }
    const inner = shown.dataset.key;
    const above = zooms.find((z) => z.dataset.key === shown.dataset.above
      && z.closest('.moment') === shown.closest('.moment'));
    location.hash = above ? above.id : 'space';
    show();
    const item = visible('.space [data-of="' + CSS.escape(inner) + '"]');
    if (item) { focus(item); }
  }

  function focus(item) {
    rove(item.closest('.space'), item);
    item.focus();
  }

  function magnify(factor) {
    magnification = Math.min(64, Math.max(1, magnification * factor));
    root.style.setProperty('--mag', magnification);
    told.textContent = 'Magnified ' + magnification + ' times';
    const item = document.activeElement;
    if (item && item.closest('.space')) { item.scrollIntoView({ block: 'center' }); }
  }

  // The same resource at both moments.
  function mark(item) {
    document.querySelectorAll('.same').forEach((e) => e.classList.remove('same'));
    if (!item) { return; }
    told.textContent = item.title;
    const key = item.dataset.of;
    if (key) {
      document.querySelectorAll('.space [data-of="' + CSS.escape(key) + '"]').forEach((e) => e.classList.add('same'));
    }
  }

  function walk(item, key) {
    const all = items(item.closest('.space')).filter((i) => i.offsetHeight > 0);
    const at = all.indexOf(item);
    const nextOnLevel = (step, limit) => {
      for (let i = at + step; i >= 0 && i < all.length; i += step) {
        if (level(all[i]) <= limit) { return all[i]; }
      }
      return undefined;
    };
    switch (key) {
      case 'ArrowDown': return all[at + 1];
      case 'ArrowUp': return all[at - 1];
      case 'ArrowRight': return at + 1 < all.length && level(all[at + 1]) > level(item) ? all[at + 1] : undefined;
      case 'ArrowLeft': return nextOnLevel(-1, level(item) - 1);
      case 'Home': return all[0];
      case 'End': return all[all.length - 1];
      default: return undefined;
    }
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) { return; }
    const item = event.target.closest ? event.target.closest('[role="treeitem"]') : null;
    if (event.key === 'Escape') { out(); return; }
    if (!item) { return; }
    if (event.key === '+' || event.key === '=') { magnify(2); event.preventDefault(); return; }
    if (event.key === '-') { magnify(0.5); event.preventDefault(); return; }
    const next = walk(item, event.key);
    if (next) { focus(next); }
    if (next || event.key.startsWith('Arrow')) { event.preventDefault(); }
  });
  document.addEventListener('click', (event) => {
    const action = event.target.dataset ? event.target.dataset.do : undefined;
    if (action === 'out') { out(); }
    if (action === 'larger') { magnify(2); }
    if (action === 'smaller') { magnify(0.5); }
  });
  for (const type of ['focusin', 'mouseover']) {
    document.addEventListener(type, (event) => {
      const item = event.target.closest ? event.target.closest('[role="treeitem"]') : null;
      if (item || type === 'focusin') { mark(item); }
    });
  }
  function follow() {
    show();
    if (zoomedKey() !== '') {
      const first = visible('.zoom.shown [role="treeitem"]');
      if (first) { focus(first); }
      document.getElementById('space').scrollIntoView();
    }
  }
  window.addEventListener('hashchange', follow);

  root.classList.add('js');
  document.querySelector('.buttons').hidden = false;
  document.querySelectorAll('.space').forEach((space) => rove(space, items(space)[0]));
  follow();
})();
