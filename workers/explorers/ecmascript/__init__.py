"""What the explorers of JavaScript and TypeScript are made of."""
