"""What the runners of tests of JavaScript and TypeScript are made of."""
