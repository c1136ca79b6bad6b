"""How functions of JavaScript and TypeScript are measured."""
