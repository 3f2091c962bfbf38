import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const icons = JSON.parse(readFileSync(new URL('icons.json', import.meta.url), 'utf8'));

/** Draws the icons that we use, and no other, into one sprite: `<use href="…/icons.svg#name">`. */
function sprite() {
  const symbol = (name) => {
    const svg = readFileSync(new URL(`node_modules/bootstrap-icons/icons/${name}.svg`, import.meta.url), 'utf8');
    const drawing = svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>')).replace(/\s*\n\s*/g, '');
    return `<symbol id="${name}" viewBox="0 0 16 16">${drawing}</symbol>`;
  };
  return {
    name: 'sprite',
    generateBundle() {
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${icons.map(symbol).join('')}</svg>`;
      this.emitFile({ type: 'asset', fileName: 'icons.svg', source });
    },
  };
}

// Entries keep plain names: ASP.NET Core's MapStaticAssets puts the fingerprint in the address.
// What an entry refers to by itself (fonts, chunks) carries its hash in its name.
export default defineConfig({
  base: './',
  plugins: [sprite()],
  css: {
    preprocessorOptions: {
      scss: { quietDeps: true, silenceDeprecations: ['import'] }, // Bootstrap 5.3 is written with @import
    },
  },
  build: {
    outDir: '../wwwroot/dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: false,
    rollupOptions: {
      checks: { bundlerTimings: false },
      input: { app: 'app.ts' },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        assetFileNames: (asset) => (asset.names.some((name) => name.endsWith('.css')) ? '[name][extname]' : 'assets/[name]-[hash][extname]'),
      },
    },
  },
});
