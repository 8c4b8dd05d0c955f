// What the editor keeps, apart for each address: pages of several APIs share one origin, and so one store.
export function storedBelow(prefix, store) {
  const named = (key) => `${prefix}:${key}`;
  const own = () => Object.keys(store).filter((key) => key.startsWith(named('')));
  return {
    get length() {
      return own().length;
    },
    getItem: (key) => store.getItem(named(key)),
    setItem: (key, value) => store.setItem(named(key), value),
    removeItem: (key) => store.removeItem(named(key)),
    clear: () => own().forEach((key) => store.removeItem(key)),
  };
}
