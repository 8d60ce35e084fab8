#!/usr/bin/env node
import { runCtl } from './ctl/program';

async function main(): Promise<void> {
  process.exitCode = await runCtl(process.argv.slice(2), {
    environment: process.env,
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
  });
}

void main();
