// Adds up what the test runners left in a folder: NAME.exit (exit code) and NAME.json (CTRF report).
// Says again what failed, how each failure begins, and why tests were skipped; the last line is "N passed, N failed, N skipped".
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const noTestFound = 8;      // exit codes of Microsoft.Testing.Platform
const someTestFailed = 2;

const controls = /[\x00-\x1f]/g;
const longestName = 300;
const longestBeginning = 600;

const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const skips = new Map();

const fail = (name, message = '') => { total.failed++; failures.push({ name, message }); };

for (const file of readdirSync(folder).filter((name) => name.endsWith('.exit')).sort()) {
  const project = file.slice(0, -'.exit'.length);
  const exitCode = Number(readFileSync(join(folder, file), 'utf8'));

  if (project === 'format') {
    if (exitCode !== 0) fail('dotnet format --verify-no-changes');
    continue;
  }

  const tests = readTests(join(folder, `${project}.json`));
  const failedBefore = total.failed;
  for (const test of tests ?? []) {
    if (test.status === 'passed') {
      total.passed++;
    } else if (test.status === 'skipped' || test.status === 'pending') {
      total.skipped++;
      const reason = test.message?.trim() || 'no reason given';
      skips.set(reason, (skips.get(reason) ?? 0) + 1);
    } else {
      fail(test.name, test.message);
    }
  }

  const told = exitCode === 0 ? tests !== undefined
    : exitCode === noTestFound ? !tests?.length
    : exitCode === someTestFailed && total.failed > failedBefore;
  if (!told) fail(`${project}: the test host did not finish properly (exit code ${exitCode})`);
}

console.log();
for (const [reason, count] of skips) console.log(`skipped (${count}): ${reason}`);
for (const { name, message } of failures) {
  console.log(`failed: ${onOneLine(name, longestName)}`);
  if (message) console.log(`        ${onOneLine(message, longestBeginning)}`);
}
if (total.passed + total.failed === 0) console.log('failed: no test ran');
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

function onOneLine(text, longest) {
  return text.replace(controls, ' ').replace(/ +/g, ' ').slice(0, longest);
}

function readTests(path) {
  if (!existsSync(path)) return undefined;
  try {
    // xunit leaves NUL as it is in the names of theories that carry one.
    return JSON.parse(readFileSync(path, 'utf8').replace(controls, ' ')).results.tests;
  } catch {
    return undefined;
  }
}
