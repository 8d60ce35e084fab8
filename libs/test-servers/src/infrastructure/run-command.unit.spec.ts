import { eventually } from '@tidemark/kernel/testing';
import { identifyProcess } from './servers/process-identity';
import { runCommand } from './run-command';

describe('runCommand', () => {
  it("returns the command's output and exit code", async () => {
    expect(await runCommand('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('adds variables to the environment', async () => {
    const { stdout } = await runCommand('sh', ['-c', 'echo $GREETING'], {
      environment: { GREETING: 'hello' },
    });
    expect(stdout).toBe('hello\n');
  });

  it('returns a failure for a program that does not exist', async () => {
    // If a folder of the PATH is not readable, the error differs.
    const { exitCode, stderr } = await runCommand('no-such-program', [], {
      environment: { PATH: '/usr/bin' },
    });
    expect([exitCode, stderr]).toEqual([127, expect.stringContaining('ENOENT')]);
  });

  it('ends a command that takes too long, together with its child processes', async () => {
    const script = '"$0" -e "setInterval(() => {}, 1000)" & echo $!; wait';
    const { exitCode, stdout, stderr } = await runCommand('sh', ['-c', script, process.execPath], {
      timeoutMs: 200,
    });
    expect([exitCode, stderr]).toEqual([124, expect.stringContaining('ended after 200 ms')]);
    const grandchild = Number(stdout);
    expect(grandchild).toBeGreaterThan(0);
    await eventually(() => expect(identifyProcess(grandchild)).toBeUndefined());
  });
});
