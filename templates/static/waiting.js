// A comfort only: the page's own button does the same.
const again = document.querySelector("form[data-again]");
if (again) setTimeout(() => again.submit(), Number(again.dataset.again) * 1000);
