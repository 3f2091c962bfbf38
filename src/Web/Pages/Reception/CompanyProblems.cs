using System.Globalization;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Vaguemestre.Core;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>What Core refuses, in the language of the page: in Core's own French, or by its code in the resources of another.</summary>
internal static class CompanyProblems
{
    public static string Told(this Problem problem) => Told(problem.Code, problem.Message);

    public static string Told(this FieldError error) => Told(error.Code, error.Message);

    /// <summary>Puts it into the error summary, each reason at the field of the page that it is about.</summary>
    public static void AddTold(this ModelStateDictionary errors, Problem problem, Func<string, string> fieldOf)
    {
        if (problem.Errors.Count == 0)
            errors.AddModelError("", problem.Told());
        foreach (var error in problem.Errors)
            errors.AddModelError(fieldOf(error.Field), error.Told());
    }

    private static string Told(string? code, string message) =>
        code is null || Localised.Language == "fr" ? message : Company.ResourceManager.GetString("Problem." + code, CultureInfo.CurrentUICulture) ?? message;
}
