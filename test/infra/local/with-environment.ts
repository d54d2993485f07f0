/** Returns a function that sets variables for one test of the surrounding `describe` (undefined unsets). They are restored after the test. */
export function environment(): (variables: Readonly<Record<string, string | undefined>>) => void {
  const before = new Map<string, string | undefined>();
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  afterEach(() => {
    for (const [name, value] of before) set(name, value);
    before.clear();
  });
  return (variables) => {
    for (const [name, value] of Object.entries(variables)) {
      if (!before.has(name)) before.set(name, process.env[name]);
      set(name, value);
    }
  };
}
