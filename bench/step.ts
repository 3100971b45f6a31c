/** Says on stderr what is being done, and when it is done how long it took. */
export async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const from = performance.now();
  process.stderr.write(`${name} …`);
  const result = await work();
  process.stderr.write(` ${((performance.now() - from) / 1000).toFixed(0)} s\n`);
  return result;
}
