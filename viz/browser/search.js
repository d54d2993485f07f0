/* Searches the rows of a table as somebody types. Without it, the table has all rows. */
'use strict';

(() => {
  const plain = (text) => text.normalize('NFKC').toLowerCase();

  for (const input of document.querySelectorAll('[data-search]')) {
    const rows = [...document.querySelectorAll(`#${input.dataset.search} tbody tr`)];
    const empty = document.getElementById(`${input.id}-empty`);
    const texts = rows.map((row) => plain(row.cells[0].textContent));

    const search = () => {
      const wanted = plain(input.value.trim());
      for (const [index, row] of rows.entries()) row.hidden = !texts[index].includes(wanted);
      empty.hidden = rows.some((row) => !row.hidden);
    };
    input.addEventListener('input', search);
    // A browser keeps what was typed when a page is loaded again.
    search();
  }
})();
