"""Any OpenAI-compatible endpoint: chat, tools, embeddings. The only user of openai."""

from workers.model.endpoint import Endpoint, Message, Prices, open_endpoint
from workers.model.shapes import Budget, Capabilities, Reply, Schema, ToolCall, Usage, estimate

__all__ = [
    "Budget",
    "Capabilities",
    "Endpoint",
    "Message",
    "Prices",
    "Reply",
    "Schema",
    "ToolCall",
    "Usage",
    "estimate",
    "open_endpoint",
]
