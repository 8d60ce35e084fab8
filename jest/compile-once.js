const Runtime = require('jest-runtime').default;
const { sep } = require('node:path');
const { Script } = require('node:vm');

const packages = `${sep}node_modules${sep}`;
/** The text of each file of an installed package. It does not change while the tests run. */
const texts = new Map();
/** For each file, its compiled script, and the text from which it was compiled. */
const scripts = new Map();

/**
 * Jest's runtime, but a worker reads each file of a package once and compiles each module once. Every test file still
 * runs its modules anew, in a context of its own: a script has no state.
 *
 * Jest reads and compiles all modules again for every test file. For a test file that loads Nest and the drivers, that
 * is half of its processor time.
 */
class CompileOnce extends Runtime {
  constructor(...args) {
    super(...args);
    // These parts of Jest are not public. So `package.json` names the exact version.
    const { executor, transformCache, _environment: environment } = this;
    const textOf = transformCache.transform.bind(transformCache);
    const compile = executor.compile.bind(executor);
    transformCache.transform = (file, options) =>
      file.includes(packages) ? known(texts, file, () => textOf(file, options)) : textOf(file, options);
    executor.compile = (text, file) => {
      const context = environment.getVmContext();
      const script = context && scriptOf(file, text, executor.injectedModuleParameters);
      // Jest's own way reports what is wrong with the text, and knows when the environment has gone.
      return script ? script.runInContext(context) : compile(text, file);
    };
  }
}

/** Nothing if the text is not a program. */
function scriptOf(filename, text, parameters) {
  const head = `(function (${parameters.join(', ')}) {`;
  const whole = `${head}${text}\n})`;
  const last = scripts.get(filename);
  if (last?.whole === whole) {
    return last.script;
  }
  try {
    const script = new Script(whole, { filename, columnOffset: -head.length });
    scripts.set(filename, { whole, script });
    return script;
  } catch {
    return undefined;
  }
}

function known(map, key, make) {
  if (!map.has(key)) {
    map.set(key, make());
  }
  return map.get(key);
}

module.exports = { __esModule: true, default: CompileOnce };
