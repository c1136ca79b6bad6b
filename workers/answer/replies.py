"""What is said to those who did not ask about the code."""

from __future__ import annotations

_EXAMPLES = (
    "“Where is … checked?”, “How does … work?”, “What happens when …?” or “Who calls …?”; every "
    "answer shows the lines that it rests on"
)

GREETINGS = {
    "empty": "Ask a question about {name}, such as " + _EXAMPLES + ".",
    "greeting": "Hello. Ask me anything about the code of {name}, such as " + _EXAMPLES + ".",
    "help": "I answer questions about the code of {name}. Try " + _EXAMPLES + ".",
}
