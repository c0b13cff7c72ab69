"""What is asked in a call, and what is said in answer."""

from pipeline.questions.finding import answer_text, find_questions

__all__ = ["answer_text", "find_questions"]
