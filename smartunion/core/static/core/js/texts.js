// Words come from the page: data-t-… attributes on <body>, so that one script serves every language.
export function text(name) {
  return document.body.dataset[`t${name[0].toUpperCase()}${name.slice(1)}`] ?? "";
}
